import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { ApplicationConfig, ErrorHandler } from '@angular/core';
import { provideRouter } from '@angular/router';
import { retryInterceptor } from './core/retry.interceptor';
import { ReportingErrorHandler } from './core/reporting-error-handler';
import { routes } from './app.routes';

export const appConfig: ApplicationConfig = {
  providers: [
    provideRouter(routes),
    provideHttpClient(withInterceptors([retryInterceptor])),
    { provide: ErrorHandler, useClass: ReportingErrorHandler },
  ],
};
