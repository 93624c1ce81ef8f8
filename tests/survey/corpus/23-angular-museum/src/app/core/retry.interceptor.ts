import { HttpInterceptorFn } from '@angular/common/http';
import { retry, timer } from 'rxjs';

export const retryInterceptor: HttpInterceptorFn = (req, next) =>
  req.method === 'GET' ? next(req).pipe(retry({ count: 2, delay: (_e, n) => timer(n * 300) })) : next(req);
