import fc from "fast-check";
import { test, expect } from "vitest";
import { createModerator } from "../../lambda/moderation/index.ts";
import { ENTRIES, fragments } from "../lambda/moderation/fragments.ts";
const P={numRuns:30000};
test("idempotent", ()=>{ fc.assert(fc.property(fc.subarray(ENTRIES,{minLength:1}), fc.subarray(ENTRIES,{maxLength:3}), fragments,(w,a,t)=>{ const m=createModerator({words:w,allow:a}); const r=m.moderate(t); expect(m.moderate(r.text).text).toBe(r.text); }),P); },100000);
test("monotone", ()=>{ fc.assert(fc.property(fc.subarray(ENTRIES.filter(e=>!e.includes("*")),{minLength:1}), fc.constantFrom(...ENTRIES.filter(e=>!e.includes("*"))), fragments,(w,x,t)=>{ const a=createModerator({words:w}).moderate(t).matches; const b=createModerator({words:[...w,x]}).moderate(t).matches; for (const s of a) if(!b.some(u=>u.start<=s.start&&u.end>=s.end)) expect({a,b}).toBe(0); }),P); },100000);
test("alone", ()=>{ fc.assert(fc.property(fc.subarray(ENTRIES,{minLength:1}), fragments,(w,t)=>{ const m=createModerator({words:w}); for (const s of m.moderate(t).matches){ const x=t.slice(s.start,s.end); if(/[\p{sc=Cyrl}\p{sc=Grek}]/u.test(x)||/^[\x00-\x7f]*$/.test(x)&&/[сорктσα]/.test(s.word)) continue; const r=m.moderate(x); if(!(r.matches.length===1&&r.matches[0]!.start===0&&r.matches[0]!.end===x.length)) expect([x,s,r.matches]).toBe(0);} }),P); },100000);
