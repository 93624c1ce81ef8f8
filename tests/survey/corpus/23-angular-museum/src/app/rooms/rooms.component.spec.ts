import { provideHttpClient } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { RoomsComponent } from './rooms.component';

describe('RoomsComponent', () => {
  it('is made', () => {
    TestBed.configureTestingModule({ providers: [provideHttpClient()] });
    expect(TestBed.createComponent(RoomsComponent).componentInstance).toBeTruthy();
  });
});
