class Book < ApplicationRecord
  has_many :loans, dependent: :restrict_with_error
  validates :title, :isbn, presence: true
end
