# The server in a container: built from source, then only what it needs to run, as a user without rights.
FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY lambda/moderation/package.json lambda/moderation/
COPY server/broker/package.json server/broker/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build
RUN rm -rf node_modules
RUN npm ci --omit=dev --workspaces=false --no-audit --no-fund

FROM node:22-slim
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
RUN mkdir data && chown node:node data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 LOCAL_DATA=/app/data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD node -e "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "dist/server/main.js"]
