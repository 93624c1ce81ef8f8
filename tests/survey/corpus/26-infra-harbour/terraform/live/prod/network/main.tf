provider "hcloud" {}

resource "hcloud_network" "quay" {
  name     = "quay-prod"
  ip_range = "10.20.0.0/16"
}

resource "hcloud_load_balancer" "gate" {
  name               = "gate"
  load_balancer_type = "lb11"
}
