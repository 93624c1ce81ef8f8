const log = require('../log')
const { AppError } = require('../errors')

module.exports = (err, req, res, next) => {
  if (err instanceof AppError) return res.status(err.status).json({ error: err.message })
  log.error('unexpected', { path: req.path, stack: err.stack })
  res.status(500).json({ error: 'internal error' })
}
