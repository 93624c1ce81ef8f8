output "pictures_bucket" {
  value = module.pictures.name
}

output "resize_function" {
  value = module.resize.arn
}
