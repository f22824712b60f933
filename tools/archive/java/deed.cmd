@echo off
rem Launcher of the portable archive: deed.jar starts the command line with the flags that it needs.
setlocal DisableDelayedExpansion
set "DEED_JAVA=java"
if defined JAVA_HOME set "DEED_JAVA=%JAVA_HOME:"=%\bin\java"
"%DEED_JAVA%" -jar "%~dp0deed.jar" %*
exit /b %ERRORLEVEL%
