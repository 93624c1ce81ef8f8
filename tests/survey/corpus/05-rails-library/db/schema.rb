# This file is auto-generated from the current state of the database.
ActiveRecord::Schema[7.1].define(version: 2024_01_22_154501) do
  enable_extension "plpgsql"
end
