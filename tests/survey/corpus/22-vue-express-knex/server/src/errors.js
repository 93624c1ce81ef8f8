class AppError extends Error {
  constructor (status, message) {
    super(message)
    this.status = status
  }
}

class NotFound extends AppError {
  constructor (what) {
    super(404, `${what} not found`)
  }
}

module.exports = { AppError, NotFound }
