module Api
  class LoansController < ApplicationController
    def create
      loan = Loans::Lend.call(book: Book.find(params[:book_id]), card: params[:card])
      render json: loan, status: :created
    end

    def destroy
      Loan.find(params[:id]).return!
      head :no_content
    end

    def renew
      render json: Loan.find(params[:id]).renew!
    end
  end
end
