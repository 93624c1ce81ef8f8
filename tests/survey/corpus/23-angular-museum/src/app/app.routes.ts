import { Routes } from '@angular/router';

export const routes: Routes = [
  { path: 'rooms', loadComponent: () => import('./rooms/rooms.component').then((m) => m.RoomsComponent) },
  { path: '', pathMatch: 'full', redirectTo: 'rooms' },
];
