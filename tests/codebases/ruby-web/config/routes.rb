Rails.application.routes.draw do
  resources :appointments, only: %i[index show create destroy]
  resources :patients, only: %i[index show]
  get "/up", to: "health#show"
end
