environment     = "staging"
thumbnail_width = 200
