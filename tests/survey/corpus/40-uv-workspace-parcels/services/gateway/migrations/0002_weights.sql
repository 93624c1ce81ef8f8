alter table parcel add column grams int;
