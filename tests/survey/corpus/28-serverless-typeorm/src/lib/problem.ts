import type { MiddlewareObj } from '@middy/core';

export class HttpProblem extends Error {
  constructor(readonly status: number, readonly title: string) {
    super(title);
  }
}

export const problems = (): MiddlewareObj => ({
  onError: async (request) => {
    const e = request.error;
    const status = e instanceof HttpProblem ? e.status : 500;
    console.log(JSON.stringify({ level: 'error', message: e?.message, status }));
    request.response = {
      statusCode: status,
      headers: { 'content-type': 'application/problem+json' },
      body: JSON.stringify({ type: 'about:blank', title: e?.message, status }),
    };
  },
});
