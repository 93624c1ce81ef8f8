# values that are not secret
location = "nbg1"
