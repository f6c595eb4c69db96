import { BrowserWindow } from './browser-window.ts';
import type { Answer, Command } from './commands.ts';
import { toApp } from './page-address.ts';
import { seen, sessionRules } from './state.ts';

interface Simulated {
  clickMenu(labels: string[]): void;
  killHost(): void;
  secondInstance(): void;
  quit(): void;
}

/** Does what the test asks of this process. */
export function answerCommands(simulated: Simulated): void {
  process.on('message', ({ id, command }: { id: number; command: Command }) => {
    obey(command, simulated).then(
      (value) => reply({ id, value }),
      (error: unknown) => reply({ id, error: String(error) }),
    );
  });
  process.on('disconnect', () => simulated.quit());
}

function reply(answer: Answer): void {
  process.send?.(answer);
}

async function obey(command: Command, simulated: Simulated): Promise<unknown> {
  const page = BrowserWindow.all[0]?.page;
  switch (command.type) {
    case 'evaluate': {
      const frame = command.frame === undefined ? page?.mainFrame() : page?.frame({ name: command.frame });
      if (!frame) throw new Error('There is no such page or frame (yet).');
      return frame.evaluate(command.source);
    }
    case 'menu':
      return simulated.clickMenu(command.labels);
    case 'seen':
      return { ...seen, windows: BrowserWindow.all.length, url: toApp(page?.url() ?? '') };
    case 'killHost':
      return simulated.killHost();
    case 'secondInstance':
      return simulated.secondInstance();
    case 'permission': {
      const { permission, address } = command;
      const details = { isMainFrame: true, requestingUrl: address };
      const checked = sessionRules.onCheck?.(null, permission, address, details);
      return new Promise((resolve) => {
        sessionRules.onRequest?.(null, permission, (granted) => resolve({ granted, checked }), details);
      });
    }
    case 'quit':
      return simulated.quit();
  }
}
