export interface NewParcel {
  reference: string;
}

export interface Parcel extends NewParcel {
  id: string;
  status: string;
}
