terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.46"
    }
  }
  backend "s3" {
    bucket = "voltgrid-tfstate"
    key    = "staging"
    region = "eu-west-1"
  }
}

module "queue" {
  source = "../../modules/queue"
  name   = "readings-staging"
}
