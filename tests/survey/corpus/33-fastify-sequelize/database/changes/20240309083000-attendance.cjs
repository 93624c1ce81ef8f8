module.exports = {
  up: (q, S) => q.createTable('attendance', { singer: S.INTEGER, day: S.DATEONLY }),
  down: (q) => q.dropTable('attendance')
}
