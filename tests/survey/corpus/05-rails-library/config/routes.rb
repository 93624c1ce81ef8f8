require "sidekiq/web"

Rails.application.routes.draw do
  root "books#index"

  resources :books, only: %i[index show create]

  namespace :api do
    resources :loans, only: [:create, :destroy] do
      member do
        post :renew
      end
    end
    get "members/:card/loans", to: "members#loans"
  end

  # resources :fines
  get "/up", to: "health#show"
end
