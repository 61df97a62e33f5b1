import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import request from 'supertest'
import { createApp } from '../src/app.js'

describe('the API', () => {
  it('reports that it is healthy', async () => {
    const response = await request(createApp()).get('/health')
    assert.equal(response.status, 200)
    assert.deepEqual(response.body, { status: 'ok' })
  })

  it('keeps, shows and removes notes', async () => {
    const app = createApp()
    const created = await request(app).post('/notes').send({ text: ' buy milk ' })
    assert.equal(created.status, 201)
    assert.deepEqual(created.body, { id: 1, text: 'buy milk' })
    assert.deepEqual((await request(app).get('/notes')).body, [{ id: 1, text: 'buy milk' }])
    assert.equal((await request(app).delete('/notes/1')).status, 204)
    assert.equal((await request(app).get('/notes/1')).status, 404)
  })

  it('refuses a note without text and a body that is not JSON', async () => {
    const app = createApp()
    assert.equal((await request(app).post('/notes').send({ text: '' })).status, 400)
    const broken = await request(app).post('/notes').set('content-type', 'application/json').send('{')
    assert.equal(broken.status, 400)
  })
})
