import { AsyncPipe } from '@angular/common';
import { HttpClient } from '@angular/common/http';
import { Component, inject } from '@angular/core';

@Component({
  standalone: true,
  imports: [AsyncPipe],
  templateUrl: './rooms.component.html',
})
export class RoomsComponent {
  readonly rooms$ = inject(HttpClient).get<{ id: number; name: string }[]>('/api/rooms');
}
