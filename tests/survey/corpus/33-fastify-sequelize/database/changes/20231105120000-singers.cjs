module.exports = {
  up: (q, S) => q.createTable('singers', { id: { type: S.INTEGER, primaryKey: true }, name: S.STRING, voice: S.STRING(8) }),
  down: (q) => q.dropTable('singers')
}
