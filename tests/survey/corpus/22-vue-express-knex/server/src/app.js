require('express-async-errors')
const express = require('express')
const varieties = require('./routes/varieties')
const errors = require('./middleware/errors')

const app = express()
app.use(express.json())
app.get('/status', (req, res) => res.send('ok'))
app.use('/api/varieties', varieties)
// app.use('/api/growers', require('./routes/growers'))
app.use(errors)

module.exports = app
