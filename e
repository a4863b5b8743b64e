DL% UL%  Dled  Uled  Xfers  Live Total     Current  Left    Speed
--  --      0     0    30    30  --:--:-- --:--:-- --:--:--     0      100 --    355     0    30     0  --:--:-- --:--:-- --:--:-- 50714     
