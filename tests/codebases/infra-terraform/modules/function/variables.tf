variable "name" {
  type = string
}

variable "package" {
  type = string
}

variable "handler" {
  type = string
}

variable "environment" {
  type = map(string)
}

variable "log_days" {
  type    = number
  default = 14
}
