// Package protoreflect stands for the vendored library in this example.
package protoreflect

type Message interface{}
