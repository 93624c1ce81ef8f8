class BooksController < ApplicationController
  def index
    @books = Book.order(:title).limit(50)
  end

  def show
    @book = Book.find(params[:id])
  end

  def create
    @book = Book.create!(params.require(:book).permit(:title, :isbn))
    redirect_to @book
  end
end
