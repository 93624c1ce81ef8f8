module.exports = {
  development: { dialect: 'sqlite', storage: 'choir.db' },
  production: { dialect: 'sqlite', storage: '/data/choir.db' }
}
