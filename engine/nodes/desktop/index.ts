import type { NodeDefinition } from '../../define-node.ts';
import { useClipboard } from './clipboard.ts';
import { findImage } from './find-image.ts';
import { findText } from './find-text.ts';
import { readImageText } from './image-ocr.ts';
import { pressKeys } from './keys.ts';
import { launch } from './launch.ts';
import { useMouse } from './mouse.ts';
import { readScreenText } from './ocr.ts';
import { takeScreenshot } from './screenshot.ts';
import { typeText } from './type.ts';
import { changeWindowNode } from './window.ts';
import { listWindows } from './windows.ts';

export const desktopNodes: readonly NodeDefinition[] = [
  launch,
  listWindows,
  changeWindowNode,
  useMouse,
  typeText,
  pressKeys,
  useClipboard,
  takeScreenshot,
  findImage,
  findText,
  readScreenText,
  readImageText,
];
