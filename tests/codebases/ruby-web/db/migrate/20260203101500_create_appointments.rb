class CreateAppointments < ActiveRecord::Migration[7.1]
  def change
    create_table :appointments do |t|
      t.references :patient, null: false, foreign_key: true
      t.datetime :starts_at, null: false
      t.integer :minutes, null: false, default: 20
      t.timestamps
    end
    add_index :appointments, :starts_at
  end
end
