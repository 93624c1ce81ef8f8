ActiveRecord::Schema[7.1].define(version: 2026_02_03_101500) do
  create_table "patients", force: :cascade do |t|
    t.string "name", null: false
    t.string "email"
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
  end

  create_table "appointments", force: :cascade do |t|
    t.bigint "patient_id", null: false
    t.datetime "starts_at", null: false
    t.integer "minutes", default: 20, null: false
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["patient_id"], name: "index_appointments_on_patient_id"
    t.index ["starts_at"], name: "index_appointments_on_starts_at"
  end

  add_foreign_key "appointments", "patients"
end
