import { describeWithHaproxy, HELD_PATH, type RouterHarness, requestOnce, trafficRouterContract } from '#testing';
import { HaproxyStage, MARKS } from './spec/haproxy-stage.js';

async function startHarness(): Promise<RouterHarness> {
  const stage = await HaproxyStage.start();
  return {
    router: stage.router,
    setStagingReady: async (ready) => {
      stage.staging.ready = ready;
      await stage.untilChecked(ready ? 'L7OK' : 'L7STS');
    },
    effective: () => stage.effective(),
    disconnect: () => stage.haproxy.kill(),
    request: (user, kind) => requestOnce(stage.url, MARKS, user, kind === 'internal'),
    holdOpen: async () => {
      const held = requestOnce(new URL(HELD_PATH, stage.url).href, MARKS, 'somebody', true);
      await stage.staging.holds(1);
      return {
        finish: async () => {
          stage.staging.release();
          await held;
        },
      };
    },
    stop: () => stage.stop(),
  };
}

describeWithHaproxy('with a real HAProxy', () => trafficRouterContract('HAProxy', startHarness));
