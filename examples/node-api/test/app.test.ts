import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { createApp } from '../src/app.js'

describe('the API', () => {
  it('reports that it is healthy', async () => {
    const response = await request(createApp()).get('/health')
    expect(response.status).toBe(200)
    expect(response.body).toEqual({ status: 'ok' })
  })

  it('keeps, shows and removes notes', async () => {
    const app = createApp()
    const created = await request(app).post('/notes').send({ text: ' buy milk ' })
    expect(created.status).toBe(201)
    expect(created.body).toEqual({ id: 1, text: 'buy milk' })
    expect((await request(app).get('/notes')).body).toEqual([{ id: 1, text: 'buy milk' }])
    expect((await request(app).delete('/notes/1')).status).toBe(204)
    expect((await request(app).get('/notes/1')).status).toBe(404)
  })

  it('refuses a note without text and a body that is not JSON', async () => {
    const app = createApp()
    expect((await request(app).post('/notes').send({ text: '' })).status).toBe(400)
    const broken = await request(app).post('/notes').set('content-type', 'application/json').send('{')
    expect(broken.status).toBe(400)
  })
})
