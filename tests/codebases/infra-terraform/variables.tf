variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "environment" {
  type = string
}

variable "thumbnail_width" {
  type    = number
  default = 320
}
