const request = require('supertest')
const { expect } = require('chai')
const app = require('../src/app')

describe('GET /status', () => {
  it('answers ok', async () => {
    const res = await request(app).get('/status')
    expect(res.text).to.equal('ok')
  })
})
