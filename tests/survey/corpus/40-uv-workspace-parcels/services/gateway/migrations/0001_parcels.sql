create table parcel (code text primary key);
