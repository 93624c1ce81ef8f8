class CreateLoans < ActiveRecord::Migration[7.1]
  def change
    create_table :loans do |t|
      t.references :book, null: false, foreign_key: true
      t.string :card, null: false
      t.date :due_on, null: false
      t.datetime :returned_at
    end
  end
end
