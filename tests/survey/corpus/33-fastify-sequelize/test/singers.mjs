import t from 'tap'
import { build } from '../src/app.mjs'
import { db } from '../src/singers/model.mjs'

t.test('an unknown singer', async (t) => {
  await db.sync()
  t.equal((await build().inject('/singers/9')).statusCode, 404)
})
