class Patient < ApplicationRecord
  has_many :appointments, dependent: :destroy

  validates :name, presence: true
  validates :email, format: { with: /@/ }, allow_blank: true
end
