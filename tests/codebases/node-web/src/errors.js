export class HttpError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function answerErrors(error, req, res, next) {
  if (res.headersSent) return next(error);
  const status = error.status ?? 500;
  res.status(status).json({ code: error.code ?? 'internal', message: status === 500 ? 'internal error' : error.message });
}
