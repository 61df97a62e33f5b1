import type { PitfallCase } from './pitfall-case.ts'

/** Starts that name a port, with and without EXPOSE. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds an option',
    dockerfile: 'FROM python:3.13-slim\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]\n',
    finds: [2],
    says: '`--port 8000` makes the image serve port 8000, and no EXPOSE names it',
  },
  {
    title: 'finds an address',
    dockerfile: 'FROM python:3.13-slim\nENTRYPOINT gunicorn -b :8000 app:app\n',
    finds: [2],
    says: '`-b :8000`',
  },
  {
    title: 'finds arguments of an entrypoint, and several spellings',
    dockerfile: 'FROM debian:13-slim\nENTRYPOINT ["/usr/bin/server"]\nCMD ["--port=9000"]\n',
    finds: [3],
  },
  {
    title: 'finds a variable',
    dockerfile: 'FROM node:24-slim\nENV PORT=8080\nCMD ["node", "server.js"]\n',
    finds: [2],
    says: '`PORT=8080`',
  },
  {
    title: 'finds an address in a variable, and another EXPOSE does not help',
    dockerfile:
      'FROM mcr.microsoft.com/dotnet/aspnet:9.0\nENV ASPNETCORE_URLS=http://+:5000\nEXPOSE 80\nENTRYPOINT ["dotnet", "a.dll"]\n',
    finds: [2],
  },
  {
    title: 'finds servers of frameworks',
    dockerfile: 'FROM python:3.13-slim\nCMD python manage.py runserver 0.0.0.0:8000\n',
    finds: [2],
  },
  {
    title: 'is content with EXPOSE, ranges and variables',
    dockerfile: 'FROM node:24-slim\nENV PORT=8080\nEXPOSE $PORT\nCMD ["node", "server.js"]\n',
  },
  { title: 'is content with a range', dockerfile: 'FROM node:24-slim\nEXPOSE 8000-8100/tcp\nCMD serve --port 8080\n' },
  {
    title: 'says nothing about what only the machine itself reaches',
    dockerfile: 'FROM python:3.13-slim\nCMD ["uvicorn", "a:a", "--host", "127.0.0.1", "--port", "8000"]\n',
  },
  {
    title: 'says nothing about clients',
    dockerfile: 'FROM debian:13-slim\nCMD ["psql", "--port", "5432"]\n',
  },
  {
    title: 'says nothing when the image may expose ports itself',
    dockerfile: 'FROM nginx:1.29\nENV PORT=80\nCMD ["nginx", "-g", "daemon off;"]\n',
  },
  {
    title: 'says nothing about images that nobody knows',
    dockerfile: 'FROM registry.example.com/base:1\nENV PORT=8080\nCMD ["node", "server.js"]\n',
  },
  {
    title: 'says nothing about options that are no ports, and stages that are not shipped',
    dockerfile:
      'FROM node:24 AS build\nENV PORT=8080\nCMD serve --port 80\nFROM node:24-slim\nENV DB_PORT=5432\nCMD ["tar", "-b", "8000"]\n',
  },
  {
    title: 'says nothing when another one is exposed: that has a rule of its own',
    dockerfile: 'FROM node:24-slim\nEXPOSE 3000\nCMD serve --port 8080\n',
  },
]
