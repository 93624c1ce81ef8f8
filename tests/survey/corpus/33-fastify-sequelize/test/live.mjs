import t from 'tap'
import { build } from '../src/app.mjs'

t.test('live', async (t) => {
  const answer = await build().inject('/live')
  t.same(answer.json(), { live: true })
})
