import { describeWithNginx, HELD_PATH, requestOnce, trafficRouterContract } from '#testing';
import { ask, MARKS, NginxStack } from './spec/nginx-stack.js';

describeWithNginx('an nginx', () => {
  trafficRouterContract('nginx', async () => {
    const stack = await NginxStack.start();
    return {
      router: stack.router,
      setStagingReady: (ready) => stack.setStagingRunning(ready),
      effective: () => stack.effective(),
      disconnect: () => stack.nginx.end(),
      request: (user, kind) => requestOnce(stack.url, MARKS, user, kind === 'internal'),
      holdOpen: async () => {
        const answer = ask(`${stack.url}${HELD_PATH}`, { headers: { 'x-employee': 'yes' } });
        await stack.staging.holds(1);
        return {
          finish: async () => {
            stack.staging.release();
            await answer;
          },
        };
      },
      stop: () => stack.stop(),
    };
  });
});
