provider "hcloud" {}

resource "hcloud_network" "quay" {
  name     = "quay-test"
  ip_range = "10.10.0.0/16"
}
