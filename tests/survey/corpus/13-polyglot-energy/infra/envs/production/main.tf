terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.46"
    }
  }
}

module "queue" {
  source = "../../modules/queue"
  name   = "readings"
}
