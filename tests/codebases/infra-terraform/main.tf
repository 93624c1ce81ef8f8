locals {
  name = "thumbnails-${var.environment}"
}

module "pictures" {
  source      = "./modules/bucket"
  name        = "${local.name}-pictures"
  expire_days = 90
}

module "thumbnails" {
  source      = "./modules/bucket"
  name        = "${local.name}-small"
  expire_days = 365
}

module "resize" {
  source  = "./modules/function"
  name    = "${local.name}-resize"
  package = "${path.root}/resize.zip"
  handler = "resize.handler.handle"

  environment = {
    TARGET_BUCKET = module.thumbnails.name
    WIDTH         = var.thumbnail_width
  }
}

resource "aws_s3_bucket_notification" "pictures" {
  bucket = module.pictures.name

  lambda_function {
    lambda_function_arn = module.resize.arn
    events              = ["s3:ObjectCreated:*"]
  }
}
