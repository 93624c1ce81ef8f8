const shared = {
  client: 'mysql2',
  migrations: { directory: './db/migrations', tableName: 'knex_migrations' },
  seeds: { directory: './db/seeds' }
}

module.exports = {
  development: { ...shared, connection: 'mysql://root@localhost/seedbank' },
  test: { ...shared, connection: 'mysql://root@localhost/seedbank_test' },
  production: { ...shared, connection: process.env.DATABASE_URL, pool: { min: 2, max: 10 } }
}
