// @generated automatically by Diesel CLI.

diesel::table! {
    goods (id) {
        id -> Integer,
        name -> Text,
        grams -> Integer,
        best_before -> Nullable<Date>,
    }
}
