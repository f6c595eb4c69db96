import type { MenuItemConstructorOptions } from 'electron';

export interface MenuOptions {
  platform: NodeJS.Platform;
  isPackaged: boolean;
  /** Tells the page which of its actions was chosen. */
  choose(actionId: string): void;
  showAbout(): void;
}

type Entry = MenuItemConstructorOptions;

/** What the menu bar holds. What the studio does itself is an action of the studio, named by its id. */
export function menuTemplate({ platform, isPackaged, choose, showAbout }: MenuOptions): Entry[] {
  // The page hears the keys itself: an accelerator here would do it twice.
  const action = (label: string, id: string, keys?: string): Entry => ({
    label,
    ...(keys !== undefined && { accelerator: keys, registerAccelerator: false }),
    click: () => choose(id),
  });
  const line: Entry = { type: 'separator' };
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies Entry] : []),
    {
      label: '&File',
      submenu: [
        action('New workflow', 'editor.new'),
        action('Open…', 'editor.open', 'CmdOrCtrl+O'),
        line,
        action('Save', 'editor.save', 'CmdOrCtrl+S'),
        action('Save as…', 'editor.saveAs', 'CmdOrCtrl+Shift+S'),
        line,
        action('Settings', 'go.settings'),
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    {
      label: '&Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'delete' },
        line,
        { role: 'selectAll' },
      ],
    },
    {
      label: '&Run',
      submenu: [
        action('Run', 'editor.run', 'F5'),
        action('Pause', 'editor.pause'),
        line,
        action('Step over', 'editor.stepOver', 'F10'),
        action('Step into', 'editor.stepInto', 'F11'),
        action('Step out', 'editor.stepOut', 'Shift+F11'),
        line,
        action('Stop', 'editor.stop', 'Shift+F5'),
      ],
    },
    {
      label: '&View',
      submenu: [
        action('Commands…', 'palette.open', 'CmdOrCtrl+K'),
        action('Editor', 'go.editor'),
        action('Fleet', 'go.fleet'),
        line,
        action('Dark', 'theme.dark'),
        action('Light', 'theme.light'),
        action('As the system', 'theme.system'),
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        // Its usual key steps into.
        { role: 'togglefullscreen', accelerator: 'CmdOrCtrl+F11' },
        ...(isPackaged ? [] : [line, { role: 'reload' } satisfies Entry, { role: 'toggleDevTools' } satisfies Entry]),
      ],
    },
    {
      label: '&Help',
      role: 'help',
      submenu: [action('Keys', 'keys.open', '?'), { label: 'About CasareRPA', click: showAbout }],
    },
  ];
}
