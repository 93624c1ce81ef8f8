const app = require('./app')
const log = require('./log')

const port = process.env.PORT || 3100
app.listen(port, () => log.info('listening', { port }))
