; The Windows installer: for one user, without administrator rights, Vietnamese and English.
;
;   makensis -INPUTCHARSET UTF8 -DVERSION=0.1.0 -DSOURCE=folder -DTARGET=setup.exe -DICON=app.ico
;            [-DSIDE=side.bmp] [-DSIGN=command] setup.nsi
;
; Switches of the finished file: /S silent, /LANG=1066 (Vietnamese) or /LANG=1033 (English), /DOWNGRADE, /START (the program
; itself begins an update: ask nothing, show how far it is, wait until it has closed, open it again), /D=folder (last,
; without quotation marks). Exit status: 0 installed, 1 stopped by the person, 2 failed, 3 a newer version is there,
; 4 Windows is too old, 5 the program is running.
;
; Everything is unpacked beside the old version first: on a full disk, or when power fails meanwhile, the old one stays.
;
; What a person collected lies in %LOCALAPPDATA%\survey-app and is never touched here, neither by an update nor by
; removing the program. Enrolment files beside the installer are copied there, so that the program offers them.

Target amd64-unicode
Unicode true
SetCompressor /SOLID lzma
SetCompressorDictSize 64

!include MUI2.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include FileFunc.nsh
!include WordFunc.nsh

!define ID "KhaoSatSoHo"
!define PROGRAM "khao-sat-so-ho.exe"
!define DATA "$LOCALAPPDATA\survey-app"
!define INCOMING "$INSTDIR\_incoming"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"

Name "$(ProgramName)"
OutFile "${TARGET}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${ID}"
InstallDirRegKey HKCU "Software\${ID}" "Folder"
ManifestDPIAware true
ManifestLongPathAware true
BrandingText " "
ShowInstDetails nevershow
ShowUninstDetails nevershow
VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
VIAddVersionKey /LANG=1066 "ProductName" "Khảo sát số hộ"
VIAddVersionKey /LANG=1066 "FileDescription" "Cài đặt Khảo sát số hộ"
VIAddVersionKey /LANG=1066 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1066 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=1066 "CompanyName" "Khảo sát số hộ"
VIAddVersionKey /LANG=1066 "LegalCopyright" "Khảo sát số hộ"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!ifdef SIDE
  !define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!endif
!define MUI_WELCOMEPAGE_TITLE "$(WelcomeTitle)"
!define MUI_WELCOMEPAGE_TEXT "$(WelcomeText)"
!define MUI_DIRECTORYPAGE_TEXT_TOP "$(FolderText)"
!define MUI_FINISHPAGE_TITLE "$(DoneTitle)"
!define MUI_FINISHPAGE_TEXT "$(DoneText)"
!define MUI_LANGDLL_ALLLANGUAGES
!define MUI_LANGDLL_REGISTRY_ROOT HKCU
!define MUI_LANGDLL_REGISTRY_KEY "Software\${ID}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "Language"
!define MUI_PAGE_CUSTOMFUNCTION_PRE NotInAnUpdate
!insertmacro MUI_PAGE_WELCOME
!define MUI_PAGE_CUSTOMFUNCTION_PRE NotInAnUpdate
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_PAGE_CUSTOMFUNCTION_PRE NotInAnUpdate
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Vietnamese" ; the first one is the default
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_RESERVEFILE_LANGDLL

LangString ProgramName ${LANG_VIETNAMESE} "Khảo sát số hộ"
LangString ProgramName ${LANG_ENGLISH} "Household digital survey"
LangString WelcomeTitle ${LANG_VIETNAMESE} "Cài đặt Khảo sát số hộ"
LangString WelcomeTitle ${LANG_ENGLISH} "Install the household digital survey"
LangString WelcomeText ${LANG_VIETNAMESE} "Chương trình dùng để phỏng vấn hộ gia đình và tổng hợp kết quả, không cần mạng.$\r$\n$\r$\nKhông cần quyền quản trị. Nếu máy đã có phiên bản cũ, phiếu và thiết lập vẫn giữ nguyên.$\r$\n$\r$\nAnh/chị nhấn Tiến để tiếp tục."
LangString WelcomeText ${LANG_ENGLISH} "The program interviews households and adds up the results, without a network.$\r$\n$\r$\nNo administrator rights are needed. When an older version is here, forms and settings stay.$\r$\n$\r$\nPress Next to go on."
LangString FolderText ${LANG_VIETNAMESE} "Chương trình được cài vào thư mục dưới đây. Anh/chị có thể chọn thư mục khác; nhấn Cài đặt để bắt đầu."
LangString FolderText ${LANG_ENGLISH} "The program goes into the folder below. You may choose another one; press Install to begin."
LangString DoneTitle ${LANG_VIETNAMESE} "Đã cài xong"
LangString DoneTitle ${LANG_ENGLISH} "Installed"
LangString DoneText ${LANG_VIETNAMESE} "Chương trình có trong trình đơn Start với tên Khảo sát số hộ. Phiếu của anh/chị nằm riêng, không bị xóa khi cập nhật hay gỡ chương trình."
LangString DoneText ${LANG_ENGLISH} "The Start menu has the program as Household digital survey. Your forms lie apart from it and are not deleted when it is updated or removed."
LangString KindBundle ${LANG_VIETNAMESE} "Gói phiếu khảo sát"
LangString KindBundle ${LANG_ENGLISH} "Bundle of survey forms"
LangString KindEnrolment ${LANG_VIETNAMESE} "Tệp cấp máy khảo sát"
LangString KindEnrolment ${LANG_ENGLISH} "Survey enrolment file"
LangString KindList ${LANG_VIETNAMESE} "Danh sách hộ khảo sát"
LangString KindList ${LANG_ENGLISH} "Survey household list"
LangString KindReceipt ${LANG_VIETNAMESE} "Xác nhận đã nhận gói"
LangString KindReceipt ${LANG_ENGLISH} "Receipt for survey bundles"
LangString KindUpdate ${LANG_VIETNAMESE} "Bản cập nhật Khảo sát số hộ"
LangString KindUpdate ${LANG_ENGLISH} "Update of the survey program"
LangString IsRunning ${LANG_VIETNAMESE} "Chương trình đang chạy. Anh/chị hãy đóng chương trình rồi làm lại; dữ liệu không bị ảnh hưởng."
LangString IsRunning ${LANG_ENGLISH} "The program is running. Close it and try again; your data are not affected."
LangString IsNewer ${LANG_VIETNAMESE} "Máy này đã có phiên bản mới hơn ($0). Không cài gì thêm; chương trình và dữ liệu giữ nguyên."
LangString IsNewer ${LANG_ENGLISH} "A newer version ($0) is on this machine already. Nothing was installed; program and data stay as they are."
LangString IsOld ${LANG_VIETNAMESE} "Chương trình cần Windows 10 (1809) 64-bit hoặc mới hơn. Máy này có Windows cũ hơn; không cài gì."
LangString IsOld ${LANG_ENGLISH} "The program needs 64-bit Windows 10 (1809) or newer. This Windows is older; nothing was installed."
LangString DataStay ${LANG_VIETNAMESE} "Đã gỡ chương trình. Phiếu đã thu thập vẫn còn nguyên trong:$\n$0$\nChỉ xóa thư mục này sau khi xã đã xác nhận nhận đủ phiếu."
LangString DataStay ${LANG_ENGLISH} "The program was removed. The forms collected are untouched in:$\n$0$\nDelete that folder only after the office has confirmed every form."

Var Updating ; 1 when the program itself began this

; A running program cannot be opened for writing. It can be renamed, so renaming would prove nothing. One that has just been
; closed is let go of a moment later (antivirus programs look at it), so more than one try is needed.
!macro StopWhenRunning tries
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    StrCpy $7 ${tries}
    ${Do}
      ClearErrors
      FileOpen $9 "$INSTDIR\${PROGRAM}" a
      ${IfNot} ${Errors}
        FileClose $9
        ${ExitDo}
      ${EndIf}
      IntOp $7 $7 - 1
      ${If} $7 < 1
        MessageBox MB_OK|MB_ICONSTOP "$(IsRunning)" /SD IDOK
        SetErrorLevel 5
        Quit
      ${EndIf}
      Sleep 500
    ${Loop}
  ${EndIf}
!macroend

!macro Opens extension kind name
  WriteRegStr HKCU "Software\Classes\.${extension}\OpenWithProgids" "${ID}.${kind}" ""
  ReadRegStr $8 HKCU "Software\Classes\.${extension}" ""
  ${If} $8 == ""
    WriteRegStr HKCU "Software\Classes\.${extension}" "" "${ID}.${kind}"
  ${EndIf}
  WriteRegStr HKCU "Software\Classes\${ID}.${kind}" "" "${name}"
  WriteRegStr HKCU "Software\Classes\${ID}.${kind}\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "Software\Classes\${ID}.${kind}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
!macroend

!macro NoLongerOpens extension kind
  DeleteRegValue HKCU "Software\Classes\.${extension}\OpenWithProgids" "${ID}.${kind}"
  ReadRegStr $8 HKCU "Software\Classes\.${extension}" ""
  ${If} $8 == "${ID}.${kind}"
    DeleteRegValue HKCU "Software\Classes\.${extension}" ""
  ${EndIf}
  DeleteRegKey /ifempty HKCU "Software\Classes\.${extension}\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "Software\Classes\.${extension}"
  DeleteRegKey HKCU "Software\Classes\${ID}.${kind}"
!macroend

; sets the error flag when the file is there and could not be put in its place
!macro MoveIn file
  ${If} ${FileExists} "${INCOMING}\${file}"
    Delete "$INSTDIR\${file}"
    Rename "${INCOMING}\${file}" "$INSTDIR\${file}"
  ${EndIf}
!macroend

!macro TellExplorer
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

Function NotInAnUpdate
  ${If} $Updating == 1
    Abort ; leaves the page out
  ${EndIf}
FunctionEnd

Function .onInit
  SetRegView 64
  SetShellVarContext current
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/START" $1
  ${IfNot} ${Errors}
    StrCpy $Updating 1
    SetAutoClose true
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/LANG=" $1
  ${IfNot} ${Errors}
    StrCpy $LANGUAGE $1
  ${ElseIf} ${Silent}
  ${OrIf} $Updating == 1
    ReadRegStr $1 HKCU "Software\${ID}" "Language" ; an update speaks as the first installation did
    ${If} $1 != ""
      StrCpy $LANGUAGE $1
    ${EndIf}
  ${Else}
    !insertmacro MUI_LANGDLL_DISPLAY
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(IsOld)" /SD IDOK
    SetErrorLevel 4
    Quit
  ${EndIf}
  ReadRegStr $0 HKCU "${UNINSTALL}" "DisplayVersion"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1 ; 1: the installed one is newer
    ${If} $1 == 1
      ClearErrors
      ${GetParameters} $2
      ${GetOptions} $2 "/DOWNGRADE" $3
      ${If} ${Errors}
        MessageBox MB_OK|MB_ICONSTOP "$(IsNewer)" /SD IDOK
        SetErrorLevel 3
        Quit
      ${EndIf}
    ${EndIf}
  ${EndIf}
FunctionEnd

Section "-program"
  SetRegView 64
  SetShellVarContext current
  ${If} $Updating == 1
    !insertmacro StopWhenRunning 120
  ${Else}
    !insertmacro StopWhenRunning 10
  ${EndIf}
  RMDir /r "${INCOMING}" ; of an update that lost its power
  SetOutPath "${INCOMING}"
  ClearErrors
  File /r "${SOURCE}/*"
  ${If} ${Errors}
    SetErrorLevel 2
    Abort
  ${EndIf}
  SetOutPath "$TEMP" ; lets go of the folder
  ; the old version takes its own files away: it knows which they are
  ReadRegStr $1 HKCU "Software\${ID}" "Folder"
  ${If} $1 != ""
  ${AndIf} ${FileExists} "$1\uninstall.exe"
    CopyFiles /SILENT "$1\uninstall.exe" "$TEMP\${ID}-old.exe"
    ExecWait '"$TEMP\${ID}-old.exe" /S /UPDATE _?=$1'
    Delete "$TEMP\${ID}-old.exe"
    Delete "$1\uninstall.exe"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}" ; where no old version took itself away
    RMDir /r "$INSTDIR\_internal"
  ${EndIf}
  ClearErrors
  Rename "${INCOMING}\_internal" "$INSTDIR\_internal"
  !insertmacro MoveIn "${PROGRAM}"
  !insertmacro MoveIn "survey-app.exe"
  ${If} ${Errors}
    SetErrorLevel 2
    Abort
  ${EndIf}
  RMDir "${INCOMING}"
  SetOutPath "$INSTDIR" ; where the shortcut starts the program
  WriteUninstaller "$INSTDIR\uninstall.exe"
  ; whoever prepares laptops puts the office's enrolment files beside the installer
  CreateDirectory "${DATA}\enrolment"
  CopyFiles /SILENT "$EXEDIR\*.enrolment" "${DATA}\enrolment"
  RMDir "${DATA}\enrolment" ; goes only when nothing was copied
  RMDir "${DATA}"
  ReadRegStr $0 HKCU "Software\${ID}" "Shortcut" ; may have a name in another language
  ${If} $0 != ""
    Delete "$0"
  ${EndIf}
  CreateShortcut "$SMPROGRAMS\$(ProgramName).lnk" "$INSTDIR\${PROGRAM}" "" "$INSTDIR\${PROGRAM}" 0
  WriteRegStr HKCU "Software\${ID}" "Shortcut" "$SMPROGRAMS\$(ProgramName).lnk"
  WriteRegStr HKCU "Software\${ID}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "Software\${ID}" "Language" "$LANGUAGE"
  !insertmacro Opens "bundle" "Bundle" "$(KindBundle)"
  !insertmacro Opens "enrolment" "Enrolment" "$(KindEnrolment)"
  !insertmacro Opens "households" "Households" "$(KindList)"
  !insertmacro Opens "receipt" "Receipt" "$(KindReceipt)"
  !insertmacro Opens "update" "Update" "$(KindUpdate)"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "$(ProgramName)"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "$(ProgramName)"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" "$0"
  !insertmacro TellExplorer
SectionEnd

Function .onInstSuccess
  ${If} $Updating == 1
    Exec '"$INSTDIR\${PROGRAM}"'
  ${EndIf}
FunctionEnd

Function .onInstFailed
  SetOutPath "$TEMP"
  RMDir /r "${INCOMING}"
  RMDir "$INSTDIR" ; of a first installation
  ${If} $Updating == 1
  ${AndIf} ${FileExists} "$INSTDIR\${PROGRAM}"
    Exec '"$INSTDIR\${PROGRAM}"' ; the old version, which was closed for this
  ${EndIf}
FunctionEnd

Function un.onInit
  SetRegView 64
  SetShellVarContext current
  ReadRegStr $0 HKCU "Software\${ID}" "Language"
  ${If} $0 != ""
    StrCpy $LANGUAGE $0
  ${EndIf}
FunctionEnd

Section "Uninstall"
  SetRegView 64
  SetShellVarContext current
  !insertmacro StopWhenRunning 10
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\survey-app.exe"
  Delete "$INSTDIR\uninstall.exe"
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/UPDATE" $1
  ${If} ${Errors}
    RMDir /r "${INCOMING}" ; of an update that lost its power; in an update it holds the new version
    ReadRegStr $0 HKCU "Software\${ID}" "Shortcut"
    Delete "$0"
    !insertmacro NoLongerOpens "bundle" "Bundle"
    !insertmacro NoLongerOpens "enrolment" "Enrolment"
    !insertmacro NoLongerOpens "households" "Households"
    !insertmacro NoLongerOpens "receipt" "Receipt"
    !insertmacro NoLongerOpens "update" "Update"
    DeleteRegKey HKCU "${UNINSTALL}"
    DeleteRegKey HKCU "Software\${ID}"
    !insertmacro TellExplorer
    StrCpy $0 "${DATA}"
    ${If} ${FileExists} "$0\*.*"
      MessageBox MB_OK|MB_ICONINFORMATION "$(DataStay)" /SD IDOK
    ${EndIf}
  ${EndIf}
  RMDir "$INSTDIR" ; not with what somebody else put there, or the new version
SectionEnd

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
  !finalize '${SIGN} "%1"' = 0
!endif
