terraform {
  required_version = ">= 1.10"
  # Bucket, key, Region and lock come from the pipeline.
  backend "s3" {}
}

variable "environment" {
  type = string
}

# Stands for resources of a provider. Those have a lock file, .terraform.lock.hcl, which belongs to the artifact.
resource "terraform_data" "network" {
  input = {
    environment = var.environment
    cidr        = "10.0.0.0/16"
  }
}

resource "terraform_data" "gateway" {
  input            = "gateway"
  triggers_replace = ["1"]
}
